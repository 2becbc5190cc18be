// `npm run bench` runs every bench, `npm run bench -- NAME…` the named ones.
const benches: Record<string, () => Promise<{ bench: () => Promise<string> }>> = {
  export: () => import("./export.js"),
  launch: () => import("./launch.js"),
  lrs: () => import("./lrs.js"),
  vc: () => import("./vc.js"),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no bench ${unknown.join(", ")}; there are: ${Object.keys(benches).join(", ")}\n`,
  );
  process.exitCode = 2;
} else {
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    const { bench } = await benches[name]!();
    process.stdout.write(`${await bench()}\n`);
  }
}
