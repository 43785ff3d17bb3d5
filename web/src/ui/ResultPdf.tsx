// A PDF, page below page; each is drawn when it comes into view.
import { Loader, Text } from "@mantine/core";
import { useElementSize, useIntersection, useMergedRef } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { counted } from "@/lib/measure";
import { drawPage, openPdf, type PDFDocumentProxy, whyNot } from "./pdfReader";
import classes from "./ResultPdf.module.css";

/** More than this is for a reader's own program. */
const MOST_PAGES = 500;
/** Height by width of a page not looked at yet: A4. */
const USUAL_SHAPE = Math.SQRT2;

export function ResultPdf({ bytes }: { bytes: Uint8Array<ArrayBuffer> }) {
  const [document, setDocument] = useState<PDFDocumentProxy | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const region = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const { opened, close } = openPdf(bytes);
    let left = false;
    setDocument(null);
    setFault(null);
    opened.then(
      (found) => !left && setDocument(found),
      (error: unknown) => !left && setFault(whyNot(error)),
    );
    return () => {
      left = true;
      close();
    };
  }, [bytes]);

  if (fault) {
    return (
      <Text size="sm" role="status">
        {fault} Download it to open it in another program.
      </Text>
    );
  }
  if (!document) return <Loader size="sm" role="status" aria-label="Reading the PDF" />;
  const pages = Math.min(document.numPages, MOST_PAGES);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <div ref={region} role="region" aria-label="PDF" tabIndex={0} className={classes.pages}>
        {Array.from({ length: pages }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
          <PdfPage key={at} document={document} number={at + 1} root={region.current} />
        ))}
      </div>
      <Text size="xs" c="dimmed" role="status">
        {counted(document.numPages, "page", "pages")}
        {pages < document.numPages && `, the first ${pages} shown`}. Without scripts, links and
        whatever it would load.
      </Text>
    </>
  );
}

interface PageProps {
  document: PDFDocumentProxy;
  number: number;
  root: HTMLElement | null;
}

function PdfPage({ document, number, root }: PageProps) {
  const picture = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [shape, setShape] = useState(USUAL_SHAPE);
  const [seen, setSeen] = useState(false);
  const { ref: watched, entry } = useIntersection({ root, rootMargin: "400px" });
  const { ref: measured, width } = useElementSize();
  const sheet = useMergedRef(watched, measured);
  if (entry?.isIntersecting && !seen) setSeen(true);

  useEffect(() => {
    if (!seen || width === 0) return;
    let stop: (() => void) | null = null;
    let left = false;
    document.getPage(number).then(
      (page) => {
        if (left || !picture.current || !text.current) return;
        const { width: across, height: down } = page.getViewport({ scale: 1 });
        setShape(down / across);
        stop = drawPage(page, { picture: picture.current, text: text.current, width });
      },
      () => {},
    );
    return () => {
      left = true;
      stop?.();
    };
  }, [document, number, seen, width]);

  return (
    <section
      ref={sheet}
      aria-label={`Page ${number}`}
      className={classes.page}
      style={{ aspectRatio: `1 / ${shape}` }}
    >
      <canvas ref={picture} aria-hidden className={classes.paper} />
      <div ref={text} className={classes.text} />
    </section>
  );
}
