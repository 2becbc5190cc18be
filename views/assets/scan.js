// @ts-check
// Reads the address in a certificate's QR code, by the camera or from a photo, on this device alone: the picture is
// never sent. Without this module the address is typed, or the file is given.

const urlField = document.querySelector("input[name=url]");
const area = document.querySelector("[data-scan]");
const picture = document.querySelector("[data-scan-picture]");
const line = document.querySelector("[data-scan-line]");
const start = document.querySelector("[data-scan-start]");
const photo = document.querySelector("#photo");

if (
  urlField instanceof HTMLInputElement &&
  area instanceof HTMLElement &&
  picture instanceof HTMLVideoElement &&
  line instanceof HTMLElement &&
  start instanceof HTMLButtonElement &&
  photo instanceof HTMLInputElement
) {
  area.hidden = false;
  offerScan({ urlField, area, picture, line, start, photo });
}

/**
 * @typedef {{ urlField: HTMLInputElement, area: HTMLElement, picture: HTMLVideoElement, line: HTMLElement,
 *   start: HTMLButtonElement, photo: HTMLInputElement }} Parts
 * @typedef {(source: HTMLVideoElement | ImageBitmap, width: number, height: number) => Promise<string | undefined>} Read
 */

/** @param {Parts} parts */
function offerScan({ urlField, area, picture, line, start, photo }) {
  const words = start.textContent ?? "";
  /** @type {MediaStream | undefined} */
  let stream;
  /** @type {Promise<Read> | undefined} */
  let reader;
  const read = () => (reader ??= makeReader(area.dataset.module ?? ""));

  if (!navigator.mediaDevices?.getUserMedia) start.hidden = true;

  /** @param {"looking" | "found" | "nothing" | "refused" | undefined} said */
  const say = (said) => {
    line.textContent = said === undefined ? "" : (line.dataset[said] ?? "");
  };
  /** @param {string} text */
  const take = (text) => {
    urlField.value = text;
    say("found");
    urlField.focus();
  };
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    picture.hidden = true;
    picture.srcObject = null;
    start.textContent = words;
  };
  const begin = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      say("refused");
      return;
    }
    start.textContent = start.dataset.stop ?? "";
    picture.srcObject = stream;
    picture.hidden = false;
    say("looking");
    await picture.play();
    const look = await read();
    while (stream) {
      const text = await look(picture, picture.videoWidth, picture.videoHeight);
      if (text !== undefined && stream) {
        stop();
        take(text);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  start.addEventListener("click", () => {
    if (!stream) void begin();
    else {
      stop();
      say(undefined);
    }
  });
  photo.addEventListener("change", async () => {
    const [file] = photo.files ?? [];
    if (!file) return;
    try {
      const bitmap = await createImageBitmap(file);
      const look = await read();
      const text = await look(bitmap, bitmap.width, bitmap.height);
      if (text === undefined) say("nothing");
      else take(text);
    } catch {
      say("nothing");
    }
    photo.value = "";
  });
}

/**
 * The browser's own reader where it has one for QR codes, else the module that comes with this page.
 * @param {string} modulePath
 * @returns {Promise<Read>}
 */
async function makeReader(modulePath) {
  const own = /** @type {any} */ (globalThis).BarcodeDetector;
  const formats = own ? await own.getSupportedFormats().catch(() => []) : [];
  if (formats.includes("qr_code")) {
    const detector = new own({ formats: ["qr_code"] });
    return async (source) => {
      const [first] = await detector.detect(source).catch(() => []);
      return first?.rawValue || undefined;
    };
  }
  await import(modulePath);
  const decode = /** @type {any} */ (globalThis).jsQR;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (source, width, height) => {
    // A photo of a telephone has more pixels than a code needs.
    const scale = Math.min(1, 1000 / Math.max(width, height, 1));
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    context?.drawImage(source, 0, 0, canvas.width, canvas.height);
    const data = context?.getImageData(0, 0, canvas.width, canvas.height);
    const found = data && decode(data.data, data.width, data.height);
    return Promise.resolve(found?.data || undefined);
  };
}
