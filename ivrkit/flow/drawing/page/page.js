"use strict";
// The page of a flow: zoom and move, search, and the source behind each step. No network.
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const stage = $("stage"), flows = $("flow"), seek = $("seek"), panel = $("panel");
const pictures = [...stage.querySelectorAll(":scope > svg")];
const views = new Map(pictures.map((svg) => {
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  return [svg, { x: 0, y: 0, width, height, scale: 1, whole: { width, height } }];
}));
let shown = pictures[0], hits = [], at = -1;

// ---- moving and zooming ------------------------------------------------------------------------

function place() {
  const view = views.get(shown), box = stage.getBoundingClientRect();
  const width = Math.max(box.width, 1) / view.scale, height = Math.max(box.height, 1) / view.scale;
  shown.setAttribute("viewBox", `${view.x} ${view.y} ${width} ${height}`);
  $("zoom").textContent = `${Math.round(view.scale * 100)} %`;
}

function zoom(factor, x, y) {
  const view = views.get(shown), box = stage.getBoundingClientRect();
  const scale = Math.min(4, Math.max(0.03, view.scale * factor));
  const px = x === undefined ? box.width / 2 : x - box.left;
  const py = y === undefined ? box.height / 2 : y - box.top;
  view.x += px / view.scale - px / scale;
  view.y += py / view.scale - py / scale;
  view.scale = scale;
  place();
}

function whole() {
  const view = views.get(shown), box = stage.getBoundingClientRect();
  view.scale = Math.min(1, box.width / view.whole.width, box.height / view.whole.height) || 1;
  view.x = -(box.width / view.scale - view.whole.width) / 2;
  view.y = -(box.height / view.scale - view.whole.height) / 2;
  place();
}

function begin() {
  // All of a large flow cannot be read: show where a call comes in.
  const view = views.get(shown), outer = stage.getBoundingClientRect();
  view.scale = 0.8;
  place();
  const box = shown.querySelector(".box").getBoundingClientRect();
  move(box.left - outer.left - 40, box.top - outer.top - outer.height / 2);
}

function move(dx, dy) {
  const view = views.get(shown);
  view.x += dx / view.scale;
  view.y += dy / view.scale;
  place();
}

function center(element) {
  const view = views.get(shown), outer = stage.getBoundingClientRect();
  if (view.scale < 0.6) { view.scale = 0.9; place(); }
  const box = element.getBoundingClientRect();
  move(box.left + box.width / 2 - outer.left - outer.width / 2,
    box.top + box.height / 2 - outer.top - outer.height / 2);
}

let held = null;
stage.addEventListener("pointerdown", (event) => {
  if (event.button === 0) held = { x: event.clientX, y: event.clientY, moved: false };
});
window.addEventListener("pointermove", (event) => {
  if (!held) return;
  const dx = event.clientX - held.x, dy = event.clientY - held.y;
  if (!held.moved && Math.hypot(dx, dy) < 4) return;
  held.moved = true;
  stage.classList.add("moving");
  move(-dx, -dy);
  held.x = event.clientX;
  held.y = event.clientY;
});
let dragged = false;
window.addEventListener("pointerup", () => {
  dragged = Boolean(held && held.moved);
  held = null;
  stage.classList.remove("moving");
});
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  if (event.shiftKey) move(event.deltaY, 0);
  else zoom(Math.exp(-event.deltaY / 500), event.clientX, event.clientY);
}, { passive: false });

// ---- flows -------------------------------------------------------------------------------------

function show(flow) {
  const found = pictures.find((svg) => svg.dataset.drawing === flow);
  if (!found) return;
  for (const svg of pictures) svg.toggleAttribute("hidden", svg !== found);
  shown = found;
  flows.value = flow;
  whole();
  if (views.get(found).scale < 0.3) begin();
  search();
}

// ---- source ------------------------------------------------------------------------------------

function source(flow, row) {
  const file = data.sources[flow];
  if (!file || !row) return;
  const list = $("source");
  list.textContent = "";
  file.text.split("\n").forEach((text, index) => {
    const line = document.createElement("span");
    line.dataset.row = index + 1;
    line.textContent = text || " ";
    if (index + 1 === row) { line.className = "on"; line.setAttribute("aria-current", "true"); }
    list.append(line);
  });
  panel.hidden = false;
  $("where").textContent = `${file.file}:${row}`;
  const link = $("open");
  link.hidden = !file.address;
  if (file.address) link.href = `${file.address}:${row}`;
  place();
  const line = list.querySelector(".on");
  if (line) line.scrollIntoView({ block: "center" });
}

function choose(element) {
  const box = element.closest(".box");
  for (const old of stage.querySelectorAll(".chosen,.near,.here")) {
    old.classList.remove("chosen", "near", "here");
  }
  element.classList.add("chosen");
  box.classList.add("here");
  for (const arrow of shown.querySelectorAll(".arrow")) {
    if (arrow.dataset.from === box.dataset.box || arrow.dataset.to === box.dataset.box) {
      arrow.classList.add("near");
    }
  }
  if (box.classList.contains("flow")) show(box.dataset.flow);
  else source(box.dataset.flow, Number(element.dataset.row || box.dataset.row));
  const seen = stage.getBoundingClientRect(), at = element.getBoundingClientRect();
  if (at.left > seen.right - 40) center(element); // the source has come to lie over it
}

stage.addEventListener("click", (event) => {
  const element = event.target.closest("[role=button]");
  if (element && !dragged) choose(element);
});
$("close").addEventListener("click", () => { panel.hidden = true; place(); });

// ---- search ------------------------------------------------------------------------------------

function search() {
  const wanted = seek.value.trim().toLowerCase();
  for (const old of shown.querySelectorAll(".hit,.found")) old.classList.remove("hit", "found");
  shown.classList.toggle("seeking", Boolean(wanted));
  hits = [];
  at = -1;
  if (wanted) {
    for (const element of shown.querySelectorAll(".row,.title")) {
      if (element.textContent.toLowerCase().includes(wanted)) {
        element.classList.add("hit");
        element.closest(".box")?.classList.add("found");
        hits.push(element);
      }
    }
  }
  $("count").textContent = wanted ? `${hits.length} found` : "";
}

function following(step) {
  if (!hits.length) return;
  at = (at + step + hits.length) % hits.length;
  $("count").textContent = `${at + 1} of ${hits.length}`;
  if (hits[at].getAttribute("role") === "button") choose(hits[at]);
  center(hits[at]);
}

seek.addEventListener("input", search);
seek.addEventListener("keydown", (event) => {
  if (event.key === "Enter") following(event.shiftKey ? -1 : 1);
  if (event.key === "Escape") { seek.value = ""; search(); stage.focus(); }
});

// ---- keyboard ----------------------------------------------------------------------------------

const MOVES = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };
document.addEventListener("keydown", (event) => {
  if (event.target === seek || event.target === flows) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const element = event.target.closest ? event.target.closest("[role=button]") : null;
  if (element && (event.key === "Enter" || event.key === " ")) choose(element);
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "0") whole();
  else if (event.key === "/") seek.focus();
  else if (event.key === "Escape") { panel.hidden = true; place(); }
  else if (event.key in MOVES) move(...MOVES[event.key]);
  else return;
  event.preventDefault();
});
stage.addEventListener("focusin", (event) => {
  if (event.target !== stage && event.target.matches(":focus-visible")) center(event.target);
});
$("in").addEventListener("click", () => zoom(1.25));
$("out").addEventListener("click", () => zoom(0.8));
$("all").addEventListener("click", whole);
flows.addEventListener("change", () => show(flows.value));
window.addEventListener("resize", place);

for (const element of stage.querySelectorAll(".row,.box > .title")) {
  const box = element.closest(".box");
  if (!Number(element.dataset.row || box.dataset.row) && !box.classList.contains("flow")) continue;
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", "button");
}
show(pictures[0].dataset.drawing);
