// Sends the token to the server, out of the part of the address that browsers keep to themselves.
"use strict";

const said = document.getElementById("said");
const token = location.hash.slice(1);

async function login() {
  history.replaceState(null, "", location.pathname); // no token stays in the address bar or the history
  said.textContent = "…";
  try {
    const answer = await fetch("/login", { method: "POST", body: token, redirect: "error" });
    if (answer.ok) location.replace("/");
    else said.textContent = await answer.text();
  } catch {
    said.textContent = "The server doesn't answer. Check that studyapp serve is still running.";
  }
}

if (token) login();
addEventListener("hashchange", () => location.reload());
