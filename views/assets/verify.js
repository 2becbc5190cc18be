// @ts-check
// A file may be dropped anywhere on the page. Without this module the form's own field takes it.

const fileInput = document.querySelector("input[type=file][name=file]");
const fileLine = document.querySelector("[data-dropped]");
const dropHint = document.querySelector("[data-drop-hint]");
const dropField = document.querySelector("[data-drop]");

if (fileInput instanceof HTMLInputElement && fileLine instanceof HTMLElement) takeDrops(fileInput, fileLine);
if (dropHint instanceof HTMLElement) dropHint.hidden = false;

/**
 * @param {HTMLInputElement} input
 * @param {HTMLElement} line where it is said, politely, which file was taken
 */
function takeDrops(input, line) {
  /** @param {boolean} over */
  const mark = (over) => dropField?.classList.toggle("dropping", over);

  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  document.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    // Else the browser would open the file in the place of this page.
    event.preventDefault();
    mark(false);
    const one = new DataTransfer();
    one.items.add(file);
    input.files = one.files;
    say(file.name);
    input.focus();
  });
  input.addEventListener("change", () => say(input.files?.[0]?.name));

  /** @param {string | undefined} name */
  function say(name) {
    line.textContent = name === undefined ? "" : (line.dataset.dropped ?? "").replace("#", () => name);
  }
}
