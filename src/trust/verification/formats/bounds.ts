/** The largest file that is looked into: a picture or a PDF with a certificate in it. */
export const mostFileBytes = 8 * 1024 * 1024;
/** The largest certificate, as text, in whatever it was brought. */
export const mostTextBytes = 512 * 1024;
