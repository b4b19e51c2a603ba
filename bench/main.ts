// npm run bench [-- <name>]: measurements of this machine, each next to a comparison.
import { benchMapping } from './mapping.ts'
import { benchOrders } from './orders.ts'
import { benchReload } from './reload.ts'

const benches: Readonly<Record<string, (print: (line: string) => void) => Promise<void>>> = {
  orders: benchOrders,
  mapping: benchMapping,
  reload: benchReload,
}

const requested = process.argv.slice(2)
const unknown = requested.filter((name) => !(name in benches))
if (unknown.length > 0) {
  throw new Error(`No bench is called ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
}
for (const [name, bench] of Object.entries(benches)) {
  if (requested.length > 0 && !requested.includes(name)) continue
  console.log(`# ${name}`)
  await bench((line) => console.log(line))
}
