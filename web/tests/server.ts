// The fake server tests add their handlers to; a call without a handler fails the test.
import { setupServer } from "msw/node";

export const server = setupServer();
