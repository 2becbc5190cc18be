// Where the sources run as they are, a thread has to be taught the loader before it can read them; Node hands on no
// loader that was registered in the main thread.
void import("tsx/esm/api").then(({ register }) => {
  register();
  return import("./press-worker.ts");
});
