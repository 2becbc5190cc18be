import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { createVerifying } from "../verifying.js";
import { CertificatesError } from "../trust/certificates/index.js";
import { withGround } from "./compose.js";
import { answer, withJson } from "./context.js";

interface BundleOptions {
  readonly out?: string;
  readonly json?: boolean;
}

/** `tessera certificate bundle ID`: everything that a verifier without a network needs, in one signed file. */
export function certificateBundleCommand(): Command {
  return withJson(new Command("bundle"))
    .description("write everything that is needed to verify it without a network into one signed file")
    .argument("<id>", "the last part of its address")
    .option("--out <file>", "where to; left out, certificate-<id>.bundle.json")
    .action(bundleAction);
}

async function bundleAction(id: string, { out, json }: BundleOptions): Promise<void> {
  const file = out ?? `certificate-${id}.bundle.json`;
  const text = await withGround(async (context) => {
    const verifying = createVerifying(context, context);
    try {
      return await verifying.bundle(id);
    } finally {
      await verifying.close();
    }
  });
  if (text === undefined) throw new CertificatesError("certificate_unknown");
  await writeFile(file, text);
  answer({ json }, { file, bytes: Buffer.byteLength(text) }, [file]);
}
