// The pages work without this. It keeps numbers up to date, marks all mails of a list
// at once, asks before all sending is paused, and lets single keys do things.
"use strict";

const prefix = document.body.dataset.prefix;
const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

// Live numbers: the server says by an event that they may have changed.

let pressed = false; // nothing is replaced under a finger
addEventListener("pointerdown", () => { pressed = true; });
addEventListener("pointerup", () => { pressed = false; });
addEventListener("pointercancel", () => { pressed = false; });

function showCounts(counts) {
  for (const [queue, count] of Object.entries(counts)) {
    const place = document.getElementById("nav-" + queue);
    if (place && place.textContent !== count) {
      place.textContent = count;
      place.className = count === "0" ? "none" : "";
    }
  }
}

// The overview, and a mail that waits, is asked for anew, and each of its parts replaced that has changed.
let asking = false;
async function renew() {
  const parts = all("[data-live]");
  if (parts.length === 0 || asking || document.hidden) {
    return;
  }
  asking = true;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok) {
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const now = page.getElementById(part.id);
      if (now && now.innerHTML !== part.innerHTML && !pressed && !part.contains(document.activeElement)) {
        part.replaceChildren(...document.importNode(now, true).childNodes);
        part.toggleAttribute("data-live", now.hasAttribute("data-live")); // a mail that is done changes no more
      }
    }
  } catch {
    // The next event tries again.
  } finally {
    asking = false;
  }
}

let stream = null;
function listen() {
  if (document.hidden) {
    stream?.close();
    stream = null;
  } else if (stream === null) {
    stream = new EventSource(prefix + "/live");
    stream.addEventListener("counts", (event) => {
      showCounts(JSON.parse(event.data).counts);
      renew();
    });
  }
}
document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => { stream?.close(); stream = null; });
addEventListener("pageshow", listen);
listen();

// Marks.

const marks = () => all('#mails input[name="id"]');

function showMarked() {
  const place = find("#marked");
  if (place) {
    const n = marks().filter((mark) => mark.checked).length;
    place.textContent = find("#which")?.checked ? "" : n === 0 ? "" : n + " marked";
  }
}

function markAll() {
  const on = marks().some((mark) => !mark.checked);
  marks().forEach((mark) => { mark.checked = on; });
  showMarked();
}

function addMarkAll() {
  const head = find("table.mails thead th");
  if (!head || marks().length === 0) {
    return;
  }
  const box = document.createElement("input");
  box.type = "checkbox";
  box.setAttribute("aria-label", "Mark all on this page");
  box.addEventListener("change", () => {
    marks().forEach((mark) => { mark.checked = box.checked; });
    showMarked();
  });
  head.replaceChildren(box);
}
addMarkAll();
find("#mails")?.addEventListener("change", showMarked);
showMarked();

// Questions.

addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) {
    event.preventDefault();
  }
});

// Keys.

const keysOn = find("#keys-on");
if (keysOn) {
  keysOn.checked = localStorage.getItem("mailhost-keys") !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem("mailhost-keys", keysOn.checked ? "on" : "off"));
}

const places = {
  q: "", a: "all", o: "outgoing", d: "deferred", h: "held", f: "failed", u: "uncertain", s: "sent", l: "audit",
};

function move(by) {
  const links = all(".mails .open");
  const at = links.findIndex((link) => link.closest("tbody").contains(document.activeElement));
  const to = links[Math.min(Math.max(at + by, 0), links.length - 1)];
  to?.focus();
  to?.scrollIntoView({ block: "nearest" });
}

function mark() {
  const box = document.activeElement?.closest(".mails tbody")?.querySelector('input[name="id"]');
  if (box) {
    box.checked = !box.checked;
    showMarked();
  }
}

const keys = {
  "/": () => find("#q")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  x: mark,
  a: markAll,
  n: () => find('.pages [rel="next"]')?.click(),
  "?": () => {
    const words = find("#keys");
    words.open = !words.open;
    words.querySelector("summary").focus();
  },
};

let going = false; // g was pressed, and a letter is to follow
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.('input:not([type="checkbox"]), textarea, select');
  if (!keysOn?.checked || typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (going && event.key in places) {
    location.assign(prefix + "/" + places[event.key]);
  } else if (event.key in keys) {
    event.preventDefault();
    keys[event.key]();
  }
  going = event.key === "g" && !going;
});
