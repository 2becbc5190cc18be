import { takeFile, type Package } from "./package.js";
import { reviewsSchema } from "./schemas.js";
import { readYaml } from "./yaml-text.js";

/** Says whether a human reviewed exactly this text of a file. */
export type IsReviewed = (path: string) => boolean;

/**
 * Reads `reviews.yaml`. A record counts for the text whose hash it names: a file that was changed since is a draft
 * again, and its old record stays as history.
 */
export function readReviews(content: Package): IsReviewed {
  const { files, findings } = content;
  const file = takeFile(content, "reviews.yaml");
  const read = file && readYaml({ file: file.path, text: file.text }, reviewsSchema, findings);
  const reviewed = new Set<string>();
  read?.data.reviews.forEach((review, index) => {
    if (!files.has(review.file)) {
      const line = read.lineAt(["reviews", index, "file"]);
      findings.add(read.file, line, "reference-unknown", `"${review.file}" is not a file of this package.`);
    }
    reviewed.add(`${review.file} ${review.sha256}`);
  });
  return (path) => {
    const hash = files.get(path)?.hash;
    return hash !== undefined && reviewed.has(`${path} ${hash}`);
  };
}
