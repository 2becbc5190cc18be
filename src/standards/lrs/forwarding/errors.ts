import { errorFamily, type ErrorData } from "../../../foundation/kernel/index.js";

export class ForwardingError extends errorFamily({
  forwarding_unknown: 404,
  /** The academy forwards under that name already. */
  forwarding_name_taken: 409,
  /** No https address of a record store (http in development only). */
  forwarding_address_refused: 400,
  /** Neither key nor secret may be empty, and the key has no colon (RFC 7617 §2). */
  forwarding_credentials_refused: 400,
  /** A filter names a verb or an activity by what is no IRI. */
  forwarding_filter_refused: 400,
  forwarding_paused: 503,
  /** The other store answered with `data.status`, which says nothing about the statements themselves. */
  forwarding_not_taken: 502,
  /** It said that all is well, and not which statements it has. */
  forwarding_answer_strange: 502,
  /** The other store will never take `data.count` statements of a batch; `data.statementId` is the first. */
  forwarding_statements_refused: 502,
}) {}

/** The other side says that it takes nothing now: how long it asks us to wait, in milliseconds. */
export class NotTaken extends ForwardingError {
  constructor(
    status: number,
    readonly retryAfterMs: number,
  ) {
    super("forwarding_not_taken", { status });
  }
}

/** Waits for an operator, who knows. */
export class Paused extends ForwardingError {
  readonly expected = true;

  constructor() {
    super("forwarding_paused");
  }
}

/** Trying again can't help: it becomes a dead letter. */
export class Refused extends ForwardingError {
  readonly permanent = true;

  constructor(data: ErrorData) {
    super("forwarding_statements_refused", data);
  }
}
