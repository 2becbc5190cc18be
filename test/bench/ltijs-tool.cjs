// The peer of `npm run bench -- launch`: a minimal tool on ltijs 5.9.9, as its README has it, with an in-memory
// database plugin (so it pays for no disk). Arguments: port, issuer, client_id, JWKS URL, authorisation endpoint.
const { Provider: lti } = require("ltijs");

const [port, issuer, clientId, jwksUrl, authUrl] = process.argv.slice(2);

/** Every field is indexed, so that a look-up costs the same however many rows there are. */
class MemoryPlugin {
  constructor() {
    this.index = new Map();
  }
  static entries(collection, item) {
    return Object.entries(item).map(([name, value]) => `${collection} ${name} ${String(value)}`);
  }
  find(collection, query) {
    const keys = query ? MemoryPlugin.entries(collection, query) : [collection];
    const sets = keys.map((key) => this.index.get(key) ?? new Set());
    const smallest = sets.reduce((a, b) => (b.size < a.size ? b : a));
    return [...smallest].filter((row) => sets.every((set) => set.has(row)));
  }
  async setup() {
    return true;
  }
  async Close() {
    return true;
  }
  async Get(_key, collection, query) {
    const found = this.find(collection, query);
    return found.length > 0 ? found : false;
  }
  async Insert(_key, collection, item, index) {
    const row = { ...index, ...item, createdAt: new Date() };
    for (const key of [collection, ...MemoryPlugin.entries(collection, row)]) {
      if (!this.index.has(key)) this.index.set(key, new Set());
      this.index.get(key).add(row);
    }
    return true;
  }
  async Replace(key, collection, query, item, index) {
    await this.Delete(collection, query);
    return this.Insert(key, collection, item, index);
  }
  async Modify(key, collection, query, change) {
    for (const row of this.find(collection, query)) {
      await this.Delete(collection, { ...query });
      await this.Insert(key, collection, { ...row, ...change });
    }
    return true;
  }
  async Delete(collection, query) {
    for (const row of this.find(collection, query)) {
      for (const key of [collection, ...MemoryPlugin.entries(collection, row)]) {
        const set = this.index.get(key);
        set?.delete(row);
        if (set?.size === 0) this.index.delete(key);
      }
    }
    return true;
  }
}

async function main() {
  lti.setup(
    "a-secret-for-this-bench-only",
    { plugin: new MemoryPlugin() },
    { appRoute: "/", loginRoute: "/login" },
  );
  lti.onConnect((token, _req, res) =>
    res.send(`<!doctype html><title>${token.user}</title><h1>First page</h1>`),
  );
  await lti.deploy({ port: Number(port), silent: true });
  await lti.registerPlatform({
    url: issuer,
    name: "bench",
    clientId,
    authenticationEndpoint: authUrl,
    accesstokenEndpoint: `${issuer}/token`,
    authConfig: { method: "JWK_SET", key: jwksUrl },
  });
  process.stdout.write("ready\n");
}
main();
