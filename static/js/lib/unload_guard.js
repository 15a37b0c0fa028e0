// Keeps a person from leaving a page by accident while the page still works on something.

/**
 * Makes the browser ask before a person leaves the page while the page works on something.
 * @param {() => boolean} isWorking whether leaving would interrupt something
 * @param {Pick<Window, "addEventListener">} [page]
 */
export function guardUnload(isWorking, page = window) {
  page.addEventListener("beforeunload", (event) => {
    if (isWorking()) event.preventDefault();
  });
}
