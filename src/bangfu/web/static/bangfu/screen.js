// The meeting-room screen: it fetches itself anew, keeps the last figures where the line is lost, and listens to keys.
// Without this script the page asks anew by itself and its boards are links.
(function () {
  "use strict";

  var wall = document.getElementById("wall");
  var told = document.getElementById("told");
  var paused = false;
  var timer = null;

  function wait() {
    clearTimeout(timer);
    if (!paused) timer = setTimeout(next, Number(wall.dataset.seconds) * 1000);
  }

  function next() {
    show(wall.dataset.turn ? wall.dataset.next : location.href, Boolean(wall.dataset.turn));
  }

  // A board comes in the place of the old one; what cannot be had leaves the old one, and says so.
  function show(address, goesOn) {
    fetch(address, { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (!answer.ok) throw new Error("lost");
      return answer.text();
    }).then(function (text) {
      var come = new DOMParser().parseFromString(text, "text/html");
      var fresh = come.getElementById("wall");
      if (!fresh) { say(wall.dataset.out); return; }
      document.getElementById("main").innerHTML = come.getElementById("main").innerHTML;
      wall = document.getElementById("wall");
      told = document.getElementById("told");
      document.title = come.title;
      if (goesOn) history.replaceState(null, "", address);
      say(paused ? wall.dataset.paused : "");
    }).catch(function () { say(wall.dataset.lost); }).then(wait);
  }

  function say(words) {
    told.textContent = words;
  }

  function pause() {
    paused = !paused;
    say(paused ? wall.dataset.paused : "");
    wait();
  }

  // The figure of the number that has the focus, else of the map.
  function open() {
    var focused = document.activeElement;
    var link = focused && focused.closest && focused.closest(".card a") || document.querySelector("[data-open=figure]");
    if (link) location.href = link.href;
  }

  // Where the board is longer than the window, arrows and Space scroll as everywhere.
  function hangs() { return document.documentElement.scrollHeight <= window.innerHeight + 2; }

  // Keys of one letter can be turned off at /display/.
  function letters() { return document.documentElement.dataset.keys !== "off"; }

  function go(address) { if (address) location.href = address; }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    var key = event.key;
    if (key === "ArrowRight") go(wall.dataset.next);
    else if (key === "ArrowLeft") go(wall.dataset.previous);
    else if (key === "ArrowDown" && hangs() && wall.dataset.lower) { event.preventDefault(); go(wall.dataset.lower); }
    else if (key === "ArrowUp" && hangs()) { event.preventDefault(); go(wall.dataset.upper); }
    else if (key === " " && hangs()) { event.preventDefault(); pause(); }
    else if (letters() && (key === "o" || key === "O")) open();
    else if (letters() && (key === "p" || key === "P")) window.print();
  });

  window.addEventListener("offline", function () { say(wall.dataset.lost); });
  window.addEventListener("online", function () { say(""); show(location.href, false); });
  wait();
})();
