// @ts-check
// A launch whose browser keeps no cookie: fetches the secret that the login left with the platform, and posts the launch
// with it. The server does all checks; then the carrier shows the visit in this frame.
import { carry } from "./carrier.js";
import { forgetData, getData, placeOfPage, showTrying } from "./platform-storage.js";

const { data: _, ...place } = placeOfPage();
const form = document.getElementById("launch");
const patience = 2000;

/** @param {HTMLFormElement} launch */
async function goOn(launch) {
  const secret = await getData(place, patience);
  if (!/^[\w-]{43}$/.test(secret)) throw new Error("it keeps something else");
  const carrier = carry(secret);
  const answer = await carrier.post(launch);
  forgetData(place);
  if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
    const { location: visit } = await answer.json();
    await carrier.open(String(visit));
  } else {
    // A refusal, in its own words.
    await carrier.show(answer);
  }
}

showTrying(true);
if (form instanceof HTMLFormElement) goOn(form).catch(() => showTrying(false));
