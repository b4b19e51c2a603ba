/** `work`, but run once at the end of the event loop's turn in which it was asked for, however often. */
export function oncePerTurn(work: () => void): () => void {
  let isAsked = false
  return () => {
    if (isAsked) return
    isAsked = true
    setImmediate(() => {
      isAsked = false
      work()
    })
  }
}
