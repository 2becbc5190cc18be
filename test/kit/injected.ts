import { IncomingMessage, ServerResponse, type OutgoingHttpHeaders, type RequestListener } from "node:http";
import { Socket } from "node:net";

/** A request as a server has it once its head is read. */
export interface Injected {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface InjectedAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly text: string;
}

const patienceMs = 20_000;

/** Has a handler answer a request without a socket: all that Express and the product do, and none of what the kernel does. */
export function inject(handler: RequestListener, sent: Injected): Promise<InjectedAnswer> {
  const req = requestOf(sent);
  const res = new ServerResponse(req);
  const sink = new Sink();
  res.assignSocket(sink);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${sent.method} ${sent.url}: no answer`)), patienceMs);
    // As Node's server does after the last byte.
    res.once("finish", () => {
      res.detachSocket(sink);
      res.emit("close");
    });
    res.once("close", () => {
      clearTimeout(late);
      const answer = Buffer.concat(sink.written).toString();
      const text = answer.slice(answer.indexOf("\r\n\r\n") + 4);
      resolve({ status: res.statusCode, headers: res.getHeaders(), text });
    });
    handler(req, res);
  });
}

/** Leads nowhere, and keeps what was written to it. */
class Sink extends Socket {
  readonly written: Buffer[] = [];

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.written.push(Buffer.from(chunk));
    done();
  }

  override _writev(chunks: readonly { chunk: Buffer | string; encoding: string }[], done: () => void): void {
    for (const { chunk } of chunks) this.written.push(Buffer.from(chunk));
    done();
  }
}

function requestOf({ method, url, headers, body }: Injected): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: "127.0.0.1" });
  const req = new IncomingMessage(socket);
  const together: Record<string, string> = Object.create(null) as Record<string, string>;
  // Node joins most of those that come twice; which ones, does not matter here.
  for (const [name, value] of headers) together[name] ??= value;
  const length = body.length > 0 ? { "content-length": String(body.length) } : {};
  Object.assign(req, { method, url, httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1 });
  Object.assign(req, { headers: { ...length, ...together }, rawHeaders: headers.flat(), complete: true });
  if (body.length > 0) req.push(body);
  req.push(null);
  return req;
}
