// @ts-check
// A login whose browser keeps no cookie: leaves the secret with the platform and looks whether it is there, then goes on.
// Until then, and where it can't be done, the page offers a new window.
import { getData, placeOfPage, putData, showTrying } from "./platform-storage.js";

const { data, ...place } = placeOfPage();
const patience = 2000;

async function goOn() {
  const begun = performance.now();
  await putData(place, data.secret ?? "", patience);
  const kept = await getData(place, Math.max(0, patience - (performance.now() - begun)));
  if (kept !== data.secret) throw new Error("it keeps something else");
  location.replace(data.next ?? "");
}

showTrying(true);
goOn().catch(() => showTrying(false));
