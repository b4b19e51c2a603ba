import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export const projectRoot = join(import.meta.dirname, '..', '..', '..', '..')

const topic = (name: string) => ({ name, numPartitions: 1, configEntries: {} })

/** What `npm run new` reads of a project, with functions `order` on port 8081 and `stock` on 8085. Gives its root. */
export function createScratchFunctions(): string {
  const root = mkdtempSync(join(tmpdir(), 'new-function-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const save = (file: string, value: unknown) =>
    writeFileSync(join(root, 'functions', file), JSON.stringify(value))
  for (const name of ['order', 'stock']) mkdirSync(join(root, 'functions', name), { recursive: true })
  save('order/function.json', { name: 'order', port: 8081, triggers: { http: ['GET /orders/{orderId}'] } })
  save('stock/function.json', {
    name: 'stock',
    port: 8085,
    triggers: {
      kafka: [
        {
          topics: ['stock-topic'],
          consumerGroupId: 'stock-changes-service',
          startingPosition: 'TRIM_HORIZON',
        },
      ],
    },
  })
  save('topics.json', [topic('order-topic'), topic('stock-topic')])
  for (const file of ['.prettierrc', 'docker-compose.yml']) cpSync(join(projectRoot, file), join(root, file))
  return root
}
