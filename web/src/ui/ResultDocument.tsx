// A body that is a document: pictures as pictures, HTML in a frame that can do nothing, PDF as pages.
import { Button, Group, Loader, Stack, Text } from "@mantine/core";
import { Suspense, useEffect, useMemo, useState } from "react";
import { bytesOf, download } from "@/lib/download";
import { harmlessHtml } from "@/lib/harmlessHtml";
import { sizeWords } from "@/lib/measure";
import { pageNonce } from "@/lib/nonce";
import type { ReceivedBody } from "@/lib/runAnswer";
import { DownloadIcon } from "./icons";
import { lazyPart } from "./lazyPart";
import classes from "./ResultDocument.module.css";

// Large, and wanted by few.
const ResultPdf = lazyPart(async () => (await import("./ResultPdf")).ResultPdf);

export type DocumentKind = "picture" | "html" | "pdf";

/** Larger pages take seconds to take apart; their text is under Raw. */
const LONGEST_HTML = 5_000_000;

/** `text/html` of a content type with parameters. */
export function mediaType(contentType: string | null): string {
  return (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

export function documentKind(body: ReceivedBody, contentType: string | null): DocumentKind | null {
  const type = mediaType(contentType);
  if (type === "image/svg+xml") return "picture";
  if (body.encoding === "base64") {
    if (/^image\/[\w.+-]+$/.test(type)) return "picture";
    return type === "application/pdf" ? "pdf" : null;
  }
  const isPage = type === "text/html" || type === "application/xhtml+xml";
  return isPage && body.encoding === "text" && body.text.length <= LONGEST_HTML ? "html" : null;
}

interface Props {
  kind: DocumentKind;
  body: ReceivedBody;
  contentType: string | null;
}

export function ResultDocument({ kind, body, contentType }: Props) {
  if (kind === "picture") return <Picture body={body} type={mediaType(contentType)} />;
  if (kind === "html") return <Page text={body.text} />;
  return <Pdf body={body} />;
}

function contentOf(body: ReceivedBody): string | Uint8Array<ArrayBuffer> {
  return body.encoding === "base64" ? bytesOf(body.text) : body.text;
}

/** As an image no script in it runs, also not in an SVG. */
function Picture({ body, type }: { body: ReceivedBody; type: string }) {
  const [address, setAddress] = useState<string | null>(null);
  const [size, setSize] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([contentOf(body)], { type }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [body, type]);
  return (
    <Stack gap="xs" align="flex-start">
      {address && (
        <img
          src={address}
          alt="The body of the response"
          className={classes.picture}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize(`${naturalWidth} × ${naturalHeight}`)
          }
          onError={() => setSize("The browser can't show this picture.")}
        />
      )}
      <Text size="xs" c="dimmed" role="status">
        {type}
        {size && `, ${size}`}
      </Text>
    </Stack>
  );
}

function Page({ text }: { text: string }) {
  const harmless = useMemo(() => harmlessHtml(text, pageNonce()), [text]);
  return (
    <Stack gap="xs">
      <iframe
        title="Preview of the page"
        sandbox=""
        srcDoc={harmless}
        referrerPolicy="no-referrer"
        className={classes.page}
      />
      <Text size="xs" c="dimmed">
        Without scripts, links, forms and whatever it would load from elsewhere.
      </Text>
    </Stack>
  );
}

function Pdf({ body }: { body: ReceivedBody }) {
  const bytes = useMemo(() => bytesOf(body.text), [body]);
  return (
    <Stack gap="xs">
      <Suspense fallback={<Loader size="sm" role="status" aria-label="Loading the PDF reader" />}>
        <ResultPdf bytes={bytes} />
      </Suspense>
      <Group gap="sm">
        <Button
          size="xs"
          variant="default"
          leftSection={<DownloadIcon size={14} />}
          onClick={() => download("response.pdf", "application/pdf", bytes)}
        >
          Download the PDF
        </Button>
        <Text size="xs" c="dimmed">
          {sizeWords(bytes.length)}
        </Text>
      </Group>
    </Stack>
  );
}
