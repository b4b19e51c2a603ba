// Preloaded (`node --import`) into a child process: its wall clock steps by what its parent sends, `{ stepMs }`, as a machine's
// does when it is set. Monotonic clocks and timers go on.
const RealDate = Date
let offsetMs = 0

class SteppingDate extends RealDate {
  constructor(...parts: readonly unknown[]) {
    if (parts.length === 0) super(SteppingDate.now())
    else super(...(parts as [number]))
  }
  static override now() {
    return RealDate.now() + offsetMs
  }
}
globalThis.Date = SteppingDate as DateConstructor

process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'stepMs' in message)
    offsetMs += Number(message.stepMs)
})
