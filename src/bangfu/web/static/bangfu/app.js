// What the pages gain from a script: everything works without it.
// htmx takes its settings from <meta name="htmx-config"> in base.html.
(function () {
  "use strict";

  // A download answers without leaving the page, so a form is freed again after a while.
  var SENT_MILLISECONDS = 8000;

  // A double click sends once: a form that is on its way keeps its buttons still until an answer comes.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if ((form.getAttribute("method") || "").toLowerCase() !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    setTimeout(function () { release(form); }, SENT_MILLISECONDS);
  }, true);

  function release(form) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }

  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest ? event.target.closest("form") : null;
    if (form) release(form);
  });

  // Back from the browser's memory: the form may be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // The summary of faults takes the focus, on a page and after a swap.
  function focusSummary(root) {
    var summary = root.querySelector("#error-summary");
    if (summary) summary.focus();
  }

  document.addEventListener("DOMContentLoaded", function () { focusSummary(document); });

  // What was swapped in is said aloud once: its status or alert, else its heading.
  document.addEventListener("htmx:afterSwap", function (event) {
    var target = event.detail.elt;
    focusSummary(document);
    var said = target.querySelector("[role=status], h2, caption");
    var place = document.getElementById("announce");
    if (said && place && !target.querySelector("[role=alert]")) place.textContent = said.textContent;
  });

  // No answer at all: the place of the fragment says so, the rest of the page stays.
  document.addEventListener("htmx:sendError", function (event) {
    event.target.setAttribute("data-unreached", "yes");
  });

  // One menu open at a time; Escape and a click outside close it.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.removeAttribute("open");
    });
  }

  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.menu"));
  });

  // An address is copied with one press where the browser allows it; without that, the field is there to copy from.
  document.addEventListener("DOMContentLoaded", function () {
    if (!navigator.clipboard) return;
    document.querySelectorAll("[data-copies]").forEach(function (button) {
      var field = document.getElementById(button.dataset.copies);
      button.hidden = false;
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(field.value).then(function () {
          button.textContent = button.dataset.done;
          document.getElementById("announce").textContent = button.dataset.done;
        }, function () { field.select(); });
      });
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      var menu = document.querySelector("details.menu[open]");
      closeMenus(null);
      if (menu) menu.querySelector("summary").focus();
      return;
    }
    // Whoever dictates types letters without meaning to: /display/ turns these keys off.
    if (document.documentElement.dataset.keys === "off") return;
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (pressed(event.key, Date.now())) event.preventDefault();
  });

  // Keys of the page, listed at "?": "g" and a letter of the bar, "j" and "k" through the rows, "/" to the search.
  var GO_MILLISECONDS = 1500;
  var wentAt = 0;

  function pressed(key, now) {
    if (wentAt && now - wentAt < GO_MILLISECONDS) {
      wentAt = 0;
      return follow('.nav [data-go="' + key.replace(/[^a-z]/g, "") + '"]');
    }
    wentAt = key === "g" ? now : 0;
    if (key === "/") return toSearch();
    if (key === "?") return follow(".for-keys");
    if (key === "j" || key === "k") return toRow(key === "j" ? 1 : -1);
    return false;
  }

  function follow(selector) {
    var link = document.querySelector(selector);
    if (link) location.href = link.href;
    return Boolean(link);
  }

  // Where the bar has no room for the box, the page of the search has it.
  function toSearch() {
    var search = document.getElementById("q");
    if (!search || !search.offsetParent) search = document.querySelector("main input[type=search]");
    if (!search) return follow(".search-link");
    search.focus();
    return true;
  }

  // The link of the row after or before the one that has the focus.
  function toRow(step) {
    var links = Array.prototype.filter.call(
      document.querySelectorAll("main tbody th a, main .row-link"), function (link) { return link.offsetParent; });
    if (!links.length) return false;
    var at = links.indexOf(document.activeElement);
    var wanted = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    links[Math.min(Math.max(wanted, 0), links.length - 1)].focus();
    return true;
  }
})();
