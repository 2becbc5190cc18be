// @ts-check
// The tool's picker has come back into the frame: the course page that holds the frame goes on.
{
  const goOn = document.querySelector("a[data-go-on]");
  if (goOn instanceof HTMLAnchorElement) goOn.click();
}
