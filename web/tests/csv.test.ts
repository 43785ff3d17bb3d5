import { expect, test } from "vitest";
import { csv } from "@/lib/csv";

const cells = (...texts: string[]) => texts.map((text) => ({ text, plain: false }));

test("fields with commas, quotes and line breaks are quoted, lines end with CRLF (RFC 4180)", () => {
  expect(csv(["a", "b,c"], [cells('say "hi"', "two\nlines"), cells("", "x")], false)).toBe(
    'a,"b,c"\r\n"say ""hi""","two\nlines"\r\n,x\r\n',
  );
});

test("a row whose only field is empty is still a row", () => {
  expect(csv(["a"], [cells(""), cells("1")], false)).toBe('a\r\n""\r\n1\r\n');
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1+1", "＋1", "－1", "＠SUM(A1)"])(
  "guarded, the text %j is shown and not run",
  (text) => {
    const [, line] = csv(["a"], [cells(text)], true).split("\r\n");
    expect(line).toBe(`'${text}`);
  },
);

test("numbers stay numbers in a guarded file, and unguarded texts stay as they came", () => {
  expect(csv(["n"], [[{ text: "-5", plain: true }]], true)).toBe("n\r\n-5\r\n");
  expect(csv(["a"], [cells("=1+1")], false)).toBe("a\r\n=1+1\r\n");
});

test("guarded, a text that begins with a line break is shown and not run", () => {
  expect(csv(["a"], [cells("\n=1+1")], true)).toBe("a\r\n\"'\n'=1+1\"\r\n");
});

test("guarded, a text holds no formula of a spreadsheet that separates by semicolon or tab", () => {
  expect(csv(["a"], [cells("x;=1+1")], true)).toBe("a\r\nx;'=1+1\r\n");
  expect(csv(["a", "b"], [cells("1", 'x\t"@SUM(A1)')], true)).toBe(
    'a,b\r\n1,"x\t""\'@SUM(A1)"\r\n',
  );
  expect(csv(["a"], [cells("a; b - c")], true)).toBe("a\r\na; b - c\r\n");
});
