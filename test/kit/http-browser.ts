/** A form as a page shows it, with what is filled in already. */
export interface Form {
  readonly action: string;
  readonly method: "GET" | "POST";
  readonly fields: readonly (readonly [string, string])[];
  /** The markup within, for tests that choose among radio buttons. */
  readonly html: string;
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly forms: readonly Form[];
}

/** One answer that was received whole, a redirect's too. */
export interface Answer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The form that it answers. */
  readonly sent?: URLSearchParams;
}

/**
 * A browser without JavaScript: keeps cookies by origin, follows redirects (307 keeps the body), reads forms. It speaks
 * real HTTP, so it drives the tool as a trainee's browser does, many times faster than one.
 */
export class HttpBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();
  readonly #heard: (answer: Answer) => void;

  /** @param heard is told of each answer before the next request is sent */
  constructor(heard: (answer: Answer) => void = () => undefined) {
    this.#heard = heard;
  }

  async get(url: string): Promise<Page> {
    return this.#request(url, "GET");
  }

  /** Sends a form with its own fields, then `values` (which replace fields of the same name). */
  async submit(
    page: Page,
    form: Form,
    values: Record<string, string | readonly string[]> = {},
  ): Promise<Page> {
    const body = new URLSearchParams();
    for (const [name, value] of form.fields) if (!(name in values)) body.append(name, value);
    for (const [name, value] of Object.entries(values)) {
      for (const one of typeof value === "string" ? [value] : value) body.append(name, one);
    }
    const action = new URL(form.action || page.url, page.url);
    if (form.method === "POST") return this.#request(action.href, "POST", body.toString());
    action.search = body.toString();
    return this.#request(action.href, "GET");
  }

  async #request(url: string, method: string, body?: string): Promise<Page> {
    for (let hops = 0; hops < 12; hops += 1) {
      const response = await this.#send(url, method, body);
      const html = await response.text();
      const { status, headers } = response;
      const sent = body === undefined ? {} : { sent: new URLSearchParams(body) };
      this.#heard({ method, url, status, headers, body: html, ...sent });
      const location = response.headers.get("location");
      if (location === null || status < 300 || status > 399) {
        return { url, status, headers, html, forms: readForms(html) };
      }
      url = new URL(location, url).href;
      if (status !== 307 && status !== 308) {
        method = "GET";
        body = undefined;
      }
    }
    throw new Error(`too many redirects at ${url}`);
  }

  async #send(url: string, method: string, body: string | undefined): Promise<Response> {
    const jar = this.#jarOf(new URL(url).origin);
    const headers = new Headers({ accept: "text/html" });
    if (jar.size > 0) headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    if (body !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      ...(body === undefined ? {} : { body }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    return response;
  }

  #jarOf(origin: string): Map<string, string> {
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    return jar;
  }
}

function readForms(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = "", inner = ""]) => ({
    action: attribute(attributes, "action") ?? "",
    method: (attribute(attributes, "method") ?? "get").toUpperCase() === "POST" ? "POST" : "GET",
    fields: [...inputsIn(inner), ...textsIn(inner)],
    html: inner,
  }));
}

function inputsIn(form: string): Form["fields"] {
  return [...form.matchAll(/<input\b([^>]*)>/g)]
    .map(([, input = ""]) => input)
    .filter((input) => {
      const type = attribute(input, "type");
      return type === "hidden" || type === "text" || /\bchecked\b/.test(input);
    })
    .map((input) => [attribute(input, "name") ?? "", attribute(input, "value") ?? ""] as const);
}

/** The line end right after a textarea's beginning is not part of it. */
function textsIn(form: string): Form["fields"] {
  return [...form.matchAll(/<textarea\b([^>]*)>\n?([\s\S]*?)<\/textarea>/g)].map(
    ([, attributes = "", text = ""]) => [attribute(attributes, "name") ?? "", unescapeHtml(text)] as const,
  );
}

function attribute(markup: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}\\s*=\\s*"([^"]*)"`).exec(markup)?.[1];
  return value === undefined ? undefined : unescapeHtml(value);
}

export function unescapeHtml(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&#x60;", "`")
    .replaceAll("&#x3D;", "=")
    .replaceAll("&amp;", "&");
}
