// @ts-check
// A button beside each text that is to be copied. Without this module the text is selected and copied by hand.

for (const button of document.querySelectorAll("button[data-copies]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  const source = document.getElementById(button.dataset.copies ?? "");
  const said = document.getElementById(`${button.dataset.copies ?? ""}-said`);
  if (!(source instanceof HTMLInputElement)) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
      if (said) said.textContent = button.dataset.done ?? "";
    } catch {
      // It is selected now: the keyboard can copy it.
      if (said) said.textContent = button.dataset.failed ?? "";
    }
  });
}
