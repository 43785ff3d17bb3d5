// pdf.js, told to read and draw and no more: nothing in a PDF is run, fetched or followed.
import {
  AnnotationMode,
  GlobalWorkerOptions,
  getDocument,
  InvalidPDFException,
  PasswordException,
  type PDFDocumentProxy,
  type PDFPageProxy,
  TextLayer,
  version,
} from "pdfjs-dist";
import workerAddress from "pdfjs-dist/build/pdf.worker.min.mjs?url";

GlobalWorkerOptions.workerSrc = workerAddress;

/** Where the build puts what a PDF may need and not carry (vite.config.ts). */
const PARTS = `/assets/pdf-${version}/`;

/** Some sixteen million pixels: a larger picture in a page is left out, not tried. */
const LARGEST_PICTURE = 2 ** 24;

export type { PDFDocumentProxy };

/** Gives the document, and what ends reading it. The bytes are copied: the worker keeps its own. */
export function openPdf(bytes: Uint8Array): {
  opened: Promise<PDFDocumentProxy>;
  close: () => void;
} {
  const task = getDocument({
    data: bytes.slice(),
    cMapUrl: `${PARTS}cmaps/`,
    standardFontDataUrl: `${PARTS}standard_fonts/`,
    wasmUrl: `${PARTS}wasm/`,
    // The page's policy refuses WebAssembly: pictures are decoded by the same code as JavaScript.
    useWasm: false,
    maxImageSize: LARGEST_PICTURE,
    enableXfa: false,
    verbosity: 0,
  });
  return { opened: task.promise, close: () => void task.destroy() };
}

/** Why there is nothing to see, in words. */
export function whyNot(error: unknown): string {
  if (error instanceof PasswordException) return "This PDF is locked with a password.";
  if (error instanceof InvalidPDFException) return "This is not a PDF that can be read.";
  return "This PDF could not be read.";
}

interface Sheet {
  picture: HTMLCanvasElement;
  text: HTMLElement;
  /** Width in CSS pixels. */
  width: number;
}

/** Draws a page, and lays its text over it. Gives what stops that. */
export function drawPage(page: PDFPageProxy, { picture, text, width }: Sheet): () => void {
  const natural = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: width / natural.width });
  const density = Math.min(window.devicePixelRatio || 1, 2);
  picture.width = Math.floor(viewport.width * density);
  picture.height = Math.floor(viewport.height * density);
  const drawing = page.render({
    canvas: picture,
    viewport,
    transform: [density, 0, 0, density, 0, 0],
    // Filled-in forms and notes as they look; no field, no link, no act.
    annotationMode: AnnotationMode.ENABLE,
  });
  text.replaceChildren();
  text.style.setProperty("--total-scale-factor", String(viewport.scale));
  const lettering = new TextLayer({
    textContentSource: page.streamTextContent(),
    container: text,
    viewport,
  });
  // Stopped when the page is left; a fault in one page leaves the others readable.
  drawing.promise.catch(() => {});
  lettering.render().catch(() => {});
  return () => {
    drawing.cancel();
    lettering.cancel();
  };
}
