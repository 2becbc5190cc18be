// @ts-check
// The tool in the frame says when its registration is done (LTI Dynamic Registration 1.0).
{
  const held = document.querySelector("iframe.tool");
  const back = document.querySelector("a[data-go-on]");

  window.addEventListener("message", ({ data, source }) => {
    if (!(held instanceof HTMLIFrameElement) || source !== held.contentWindow) return;
    const isDone = Object(data).subject === "org.imsglobal.lti.close";
    if (isDone && back instanceof HTMLAnchorElement) back.click();
  });
}
