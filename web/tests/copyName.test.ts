import { describe, expect, test } from "vitest";
import { copyName } from "@/features/queries/copyName";

describe("the name of a duplicate", () => {
  test("says whose copy it is", () => {
    expect(copyName("users", ["users"])).toBe("users copy");
  });

  test("is one that nobody has, whatever the case", () => {
    expect(copyName("users", ["users", "Users Copy"])).toBe("users copy 2");
    expect(copyName("users copy 2", ["users", "users copy", "users copy 2"])).toBe("users copy 3");
  });

  test("is no longer than a name may be", () => {
    expect(copyName("x".repeat(200), [])).toHaveLength(200);
  });
});
