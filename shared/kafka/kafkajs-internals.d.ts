declare module 'kafkajs/src/network/requestQueue/index.js' {
  interface RequestQueue {
    throttleCheckTimeoutId: NodeJS.Timeout | null
    throttledUntil: number
    readonly pending: readonly unknown[]
    checkPendingRequests: () => void
    scheduleCheckPendingRequests: (this: RequestQueue) => void
  }
  const constructor: { readonly prototype: RequestQueue }
  export default constructor
}
