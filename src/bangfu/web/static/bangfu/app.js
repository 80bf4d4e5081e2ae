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

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      var menu = document.querySelector("details.menu[open]");
      closeMenus(null);
      if (menu) menu.querySelector("summary").focus();
      return;
    }
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      var search = document.getElementById("q");
      if (search && search.offsetParent) {
        event.preventDefault();
        search.focus();
      }
    }
  });
})();
