// The process that the soak measures: one function behind HTTP, reloaded when its sources change. Needs --expose-gc.
import { createJournal } from '../../../local-runner/journal/journal.ts'
import { startReloadingFunction } from '../../testing/reloading-function.ts'

const JOURNAL_ENTRIES = 10_000
const root = process.argv[2]
if (root === undefined || process.send === undefined) throw new Error('Only main.ts starts this.')
const report = (message: object) => process.send?.(message)

const journal = createJournal({ capacity: JOURNAL_ENTRIES, now: () => Date.now() })
const firstSpare = new Promise<void>((resolve) => {
  journal.listen(({ name }) => name === 'spare.ready' && resolve())
})
const { port, stop } = await startReloadingFunction({ root, functionName: 'soaked', variables: {}, journal })
// That of the start; from here on there is one for each save.
await firstSpare
journal.listen(({ name }) => name === 'spare.ready' && report({ type: 'spare-ready' }))

process.on('message', (message) => {
  if (message === 'measure') {
    // Also frees what V8 keeps for the next burst: only memory that is in use counts.
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    const active = process.getActiveResourcesInfo()
    report({ type: 'measured', rssBytes: process.memoryUsage().rss, activeResources: active.length })
  }
})
// main.ts has finished, or has died.
process.once('disconnect', () => void stop())
report({ type: 'listening', port })
