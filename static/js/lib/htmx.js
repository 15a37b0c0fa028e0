// The events of htmx, with the types of their details. The listeners are on the document, because
// htmx replaces the elements that a page began with.

/**
 * @typedef {object} RequestDetail
 * @property {Element} [elt] the element that makes the request
 * @property {XMLHttpRequest} xhr
 * @property {{requestPath: string}} pathInfo
 * @property {boolean} successful known after the request
 *
 * @typedef {object} ProgressDetail
 * @property {Element} [elt]
 * @property {boolean} lengthComputable
 * @property {number} loaded
 * @property {number} total
 *
 * @typedef {NamedDetails & {"xhr:progress": ProgressDetail}} Details by the event's name, without
 *   "htmx:"
 *
 * @typedef {object} NamedDetails
 * @property {{elt: Element, formData: FormData}} configRequest
 * @property {{elt?: Element, issueRequest: (skipConfirmation: boolean) => void,
 *   triggeringEvent?: Event}} confirm
 * @property {RequestDetail & {elt: Element}} beforeRequest
 * @property {RequestDetail} beforeSend
 * @property {RequestDetail} beforeOnLoad
 * @property {RequestDetail} afterRequest
 * @property {RequestDetail} sendError the portal did not answer
 * @property {RequestDetail} timeout
 * @property {RequestDetail} sendAbort
 * @property {RequestDetail} responseError the answer is an error
 * @property {{target: Element, fragment: Node, shouldSwap: boolean}} oobBeforeSwap
 * @property {{target?: Element}} afterSettle
 * @property {{elt?: Element}} load htmx listens to a new element, or to the whole page
 * @property {{path: string}} historyCacheMiss
 */

/**
 * Calls a function for each of these events of htmx, whatever element the event is about.
 * @template {keyof Details} Name
 * @param {Name | readonly Name[]} names of one event or of several events
 * @param {(detail: Details[Name], event: Event) => void} call
 */
export function onHtmx(names, call) {
  for (const name of [names].flat()) {
    document.addEventListener(`htmx:${name}`, (event) => {
      call(/** @type {CustomEvent<Details[Name]>} */ (event).detail, event);
    });
  }
}
