// Preloaded (`node --import`) into a child process and its threads: their wall clock is off by the milliseconds in a file, as a
// machine's is after it was set. Monotonic clocks and timers go on.
import { readFileSync } from 'node:fs'

const CHECK_INTERVAL_MS = 50
const offsetFile = new URL(import.meta.url).searchParams.get('offsetFile') ?? ''
const readOffset = () => Number(readFileSync(offsetFile, 'utf8'))

const RealDate = Date
let offsetMs = readOffset()
setInterval(() => (offsetMs = readOffset()), CHECK_INTERVAL_MS).unref()

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
