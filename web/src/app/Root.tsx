// The frame around every page, signed in or not.
import { Outlet } from "@tanstack/react-router";
import { OfflineNotice } from "./OfflineNotice";
import { UndoNotice } from "./UndoNotice";

export function Root() {
  return (
    <>
      <OfflineNotice />
      <UndoNotice />
      <Outlet />
    </>
  );
}
