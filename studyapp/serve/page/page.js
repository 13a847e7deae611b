// The keys beneath the terminal, for thumbs. The terminal itself is textual.js.
"use strict";

const ELSEWHERE = 4001; // the server's code for a page that another one took over from
const COLUMNS = 42; // fit on a phone
const ADVANCE = 0.6; // the width of a letter, in sizes of the font
const ROW = 20; // pixels that a finger moves for each row
const PATIENCE = 3000; // milliseconds for the server to answer

const at = (id) => document.getElementById(id);
let socket = null;
let heard = 0;
let code = null;

// Browsers that play a phone count these pixels in another way than devicePixelRatio. Without them the terminal trusts
// the latter, as it does in Safari.
delete window.ResizeObserverEntry?.prototype.devicePixelContentBoxSize;

// A text that looks like an address opens nothing at a tap: the app shows first where a link leads, then asks.
window.open = () => null;

// Without https, browsers have no clipboard for pages.
if (!navigator.clipboard) {
  const writeText = async (text) => {
    const area = document.body.appendChild(document.createElement("textarea"));
    area.value = text;
    area.select();
    document.execCommand("copy");
    area.remove();
    field()?.focus({ preventScroll: true });
  };
  Object.defineProperty(navigator, "clipboard", { value: { writeText, readText: async () => "" } });
}

// textual.js opens the socket and keeps it; what is said besides the terminal goes through it too.
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(...given) {
    super(...given);
    socket = this;
    this.addEventListener("message", hear);
    this.addEventListener("close", ended);
  }
};

function tell(...message) {
  if (socket?.readyState === Socket.OPEN) socket.send(JSON.stringify(message));
}

function hear(event) {
  heard = Date.now();
  if (typeof event.data !== "string") return;
  const [kind, what] = JSON.parse(event.data);
  if (kind === "keys") show(what);
  if (kind === "link") offer(what);
}

// Keys

function button(key, name, kind) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = name;
  if (kind) made.className = kind;
  if (name.length === 1) made.classList.add("narrow");
  made.addEventListener("click", () => tell("key", key));
  return made;
}

// A press leaves the focus, and so the keyboard of the phone, where it is.
function keepFocus(place) {
  place.addEventListener("mousedown", (event) => event.preventDefault());
}

function show({ main = [], more = [], typing = false }) {
  const before = at("keys").offsetHeight;
  at("main").replaceChildren(...main.map((one) => button(...one)));
  at("main").hidden = !main.length;
  at("more").replaceChildren(...more.map((one) => button(...one)));
  write(typing);
  if (at("keys").offsetHeight !== before) fit();
}

// The phone's keyboard

const field = () => document.querySelector(".xterm-helper-textarea");

function write(on) {
  const area = field();
  const mode = on ? "text" : "none";
  if (!area || area.inputMode === mode) return;
  area.inputMode = mode;
  area.autocapitalize = "off";
  at("keyboard").setAttribute("aria-pressed", String(on));
  area.blur(); // a phone's keyboard comes and goes with the focus
  area.focus({ preventScroll: true });
}

// Sizes

function fit() {
  document.body.style.height = window.visualViewport ? `${window.visualViewport.height}px` : "";
  window.onresize?.(); // textual.js listens there
}

// Fingers

function scrolls(terminal) {
  let last = null;
  terminal.addEventListener("touchstart", (event) => {
    last = event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  terminal.addEventListener("touchmove", (event) => {
    if (!last) return;
    event.preventDefault();
    const now = event.touches[0];
    const lines = Math.trunc((last.clientY - now.clientY) / ROW);
    if (!lines) return;
    for (let line = 0; line < Math.abs(lines); line++) {
      terminal.querySelector(".xterm-screen").dispatchEvent(new WheelEvent("wheel", {
        deltaY: Math.sign(lines), deltaMode: WheelEvent.DOM_DELTA_LINE,
        clientX: now.clientX, clientY: now.clientY, bubbles: true, cancelable: true,
      }));
    }
    last = now;
  }, { passive: false });
}

// Links that the person asked for in the app: a tap opens them, here and not where the server is.

function offer(address) {
  const link = at("link").querySelector("a");
  link.href = address;
  link.textContent = `Open ${address}`;
  at("link").hidden = false;
  fit();
}

function withdraw() {
  at("link").hidden = true;
  fit();
}

// The end

function ended(event) {
  code = event.code;
  at("why").textContent = {
    1000: "The app has ended. Everything is saved.",
    1001: "The server has ended. Everything is saved.",
    [ELSEWHERE]: "The app was opened in another window. Everything is saved.",
  }[code] ?? "The connection was lost. Your grades are saved.";
  at("ended").hidden = false;
  at("again").focus();
}

function back() {
  if (document.visibilityState !== "visible") return;
  if (code !== null) {
    if (![1000, 1001, ELSEWHERE].includes(code)) location.reload();
    return;
  }
  const asked = Date.now(); // a phone that slept may not know yet that its connection is gone
  tell("ping", String(asked));
  setTimeout(() => { if (heard < asked && code === null) location.reload(); }, PATIENCE);
}

// The terminal measures its letters once, when it begins.
async function begin() {
  try {
    await document.fonts.load('16px "Roboto Mono"');
  } finally {
    const script = document.createElement("script");
    script.src = "/static/js/textual.js";
    script.addEventListener("load", () => window.onload());
    document.head.append(script);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const terminal = at("terminal");
  const size = Math.min(16, Math.floor((innerWidth / COLUMNS / ADVANCE) * 2) / 2);
  terminal.dataset.fontSize = String(Math.max(12, size));
  terminal.dataset.sessionWebsocketUrl = `ws://${location.host}/ws`;
  for (const place of [at("keys"), at("link")]) keepFocus(place);
  at("commands").addEventListener("click", () => tell("key", "ctrl+p"));
  at("keyboard").addEventListener("click", () => write(field().inputMode === "none"));
  at("again").addEventListener("click", () => location.reload());
  at("link").querySelector("a").addEventListener("click", withdraw);
  at("link").querySelector("button").addEventListener("click", withdraw);
  scrolls(terminal);
  begin();
});
document.addEventListener("visibilitychange", back);
window.visualViewport?.addEventListener("resize", fit);
