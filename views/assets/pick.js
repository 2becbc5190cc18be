// @ts-check
// Says how many entries are picked while one picks. All else the form does without this module.

const form = document.querySelector("form[data-pick]");
const line = document.querySelector("[data-chosen]");

if (form instanceof HTMLFormElement && line instanceof HTMLElement) {
  const say = () => {
    const count = new FormData(form).getAll("pick").length;
    line.textContent = (line.dataset.chosen ?? "").replace("#", String(count));
  };
  form.addEventListener("change", say);
  // A page that the browser brings back has its ticks only after it was shown.
  window.addEventListener("pageshow", say);
  say();
  line.hidden = false;
}

export {};
