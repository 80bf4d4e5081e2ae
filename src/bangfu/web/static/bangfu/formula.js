// Completion of names in the texts of rules. Without it the same names stand on the page of names.
(function () {
  "use strict";

  var MOST = 12;
  var WORD = /["“]?[\w\u3400-\u9fff]+$/;
  var lists = {};

  function fieldNamed(form, name) {
    var field = form.querySelector('[name="' + name + '"]');
    return field ? field.value : "";
  }

  // The names of the table that the text is about; asked for once a table.
  function names(tools, form) {
    var query = ["of", "level", "grain", "table"].map(function (key) {
      var value = key === "of" ? tools.dataset.of : fieldNamed(form, key);
      return value ? key + "=" + encodeURIComponent(value) : "";
    }).filter(Boolean).join("&");
    if (!lists[query]) {
      lists[query] = fetch(tools.dataset.names + "?format=json&" + query, { credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : { names: [] }; })
        .then(function (answer) { return answer.names; })
        .catch(function () { delete lists[query]; return []; });
    }
    return lists[query];
  }

  function fits(all, typed) {
    var begun = [], within = [];
    all.forEach(function (entry) {
      var name = entry[0].toLowerCase(), title = entry[1].toLowerCase();
      if (name.indexOf(typed) === 0 || title.indexOf(typed) === 0) begun.push(entry);
      else if (typed.length > 2 && (name.indexOf(typed) > 0 || title.indexOf(typed) > 0)) within.push(entry);
    });
    return begun.concat(within).slice(0, MOST);
  }

  function complete(tools) {
    var area = document.getElementById(tools.dataset.formula);
    if (!area) return;
    var list = document.createElement("ul");
    var chosen = -1, shown = [], asked = 0;
    list.id = area.id + "-names";
    list.className = "choices-of-names";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", area.labels.length ? area.labels[0].textContent : area.name);
    list.hidden = true;
    tools.appendChild(list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", list.id);

    function word() {
      var found = area.value.slice(0, area.selectionStart).match(WORD);
      return found ? found[0] : "";
    }

    function close() {
      asked += 1;
      list.hidden = true;
      chosen = -1;
      area.removeAttribute("aria-activedescendant");
    }

    function mark(at) {
      chosen = at;
      Array.prototype.forEach.call(list.children, function (item, position) {
        item.setAttribute("aria-selected", position === at ? "true" : "false");
        if (position === at) {
          area.setAttribute("aria-activedescendant", item.id);
          item.scrollIntoView({ block: "nearest" });
        }
      });
    }

    function take(at) {
      var typed = word(), end = area.selectionStart, name = shown[at][0];
      var start = end - typed.length;
      area.value = area.value.slice(0, start) + name + area.value.slice(end);
      area.selectionStart = area.selectionEnd = start + name.length;
      close();
      area.focus();
      area.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function open() {
      var typed = word().toLowerCase();
      close();
      if (!typed) return;
      var turn = asked;
      names(tools, area.form).then(function (all) {
        if (turn !== asked) return;
        shown = fits(all, typed);
        list.textContent = "";
        shown.forEach(function (entry, at) {
          var item = document.createElement("li"), name = document.createElement("code");
          var said = document.createElement("small");
          item.id = list.id + "-" + at;
          item.setAttribute("role", "option");
          item.setAttribute("aria-selected", "false");
          name.textContent = entry[0];
          said.textContent = " " + entry[1] + " · " + entry[2] + (entry[3] ? " · " + entry[3] : "");
          item.appendChild(name);
          item.appendChild(said);
          item.addEventListener("mousedown", function (event) { event.preventDefault(); take(at); });
          list.appendChild(item);
        });
        list.hidden = shown.length === 0;
      });
    }

    area.addEventListener("input", open);
    area.addEventListener("blur", close);
    area.addEventListener("keydown", function (event) {
      if (list.hidden) return;
      if (event.key === "ArrowDown") mark((chosen + 1) % shown.length);
      else if (event.key === "ArrowUp") mark((chosen + shown.length - 1) % shown.length);
      else if (event.key === "Enter" && chosen >= 0) take(chosen);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  document.querySelectorAll("[data-formula]").forEach(complete);
})();
