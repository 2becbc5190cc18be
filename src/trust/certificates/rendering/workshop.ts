import { CertificatesError } from "../errors.js";

export interface WorkshopOptions {
  /** How many are made at the same time. */
  readonly hands?: number;
  /** How many may wait for that. */
  readonly waiting?: number;
  /** How many bytes of what was made are kept. */
  readonly keptBytes?: number;
}

/** Makes what is dear to make: few at a time, each once, and nobody waits for long. */
export interface Workshop {
  /**
   * What has this key: what is kept, or made now; the same key again meanwhile waits for the same work.
   * @throws CertificatesError `certificate_rendering_busy`
   */
  make(key: string, work: () => Promise<Buffer>): Promise<Buffer>;
}

export function createWorkshop(options: WorkshopOptions = {}): Workshop {
  const { hands = 2, waiting = 24, keptBytes = 16 * 1024 * 1024 } = options;
  const shelf = createShelf(keptBytes);
  const underWay = new Map<string, Promise<Buffer>>();
  const queue: (() => void)[] = [];
  let busy = 0;

  const begin = async (): Promise<void> => {
    if (busy < hands) {
      busy += 1;
      return;
    }
    if (queue.length >= waiting) throw new CertificatesError("certificate_rendering_busy");
    // Whoever ends hands its place on.
    await new Promise<void>((resolve) => queue.push(resolve));
  };
  const end = (): void => {
    const next = queue.shift();
    if (next) next();
    else busy -= 1;
  };
  const doIt = async (key: string, work: () => Promise<Buffer>): Promise<Buffer> => {
    await begin();
    try {
      const made = await work();
      shelf.put(key, made);
      return made;
    } finally {
      end();
    }
  };
  return {
    make: async (key, work) => {
      const made = shelf.get(key);
      if (made) return made;
      const running = underWay.get(key) ?? doIt(key, work).finally(() => underWay.delete(key));
      underWay.set(key, running);
      return running;
    },
  };
}

/** Keeps what was used last. */
function createShelf(most: number) {
  const kept = new Map<string, Buffer>();
  let bytes = 0;
  const remove = (key: string): void => {
    bytes -= kept.get(key)?.length ?? 0;
    kept.delete(key);
  };
  return {
    get: (key: string): Buffer | undefined => {
      const found = kept.get(key);
      if (found) {
        kept.delete(key);
        kept.set(key, found);
      }
      return found;
    },
    put: (key: string, made: Buffer): void => {
      remove(key);
      kept.set(key, made);
      bytes += made.length;
      for (const oldest of kept.keys()) {
        if (bytes <= most) break;
        remove(oldest);
      }
    },
  };
}
