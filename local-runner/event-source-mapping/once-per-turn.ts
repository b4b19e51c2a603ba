/** Runs `work` once at the end of the event loop's turn, however often it was called in it. */
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
