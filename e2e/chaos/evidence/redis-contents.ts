import type { Redis } from 'ioredis'

/** What is behind each key of a cluster, as text that is the same for the same content. */
export type Contents = Readonly<Record<string, string>>

/** Reads every key that the nodes hold, whatever it is. */
export async function readContents(nodes: readonly Redis[]): Promise<Contents> {
  const contents: Record<string, string> = {}
  for (const node of nodes) {
    for (const key of await node.keys('*')) contents[key] = JSON.stringify(await contentOf(node, key))
  }
  return contents
}

async function contentOf(node: Redis, key: string): Promise<unknown> {
  switch (await node.type(key)) {
    case 'hash':
      return Object.entries(await node.hgetall(key)).sort()
    case 'set':
      return (await node.smembers(key)).sort()
    case 'zset':
      return node.zrange(key, '0', '-1', 'WITHSCORES')
    default:
      return node.get(key)
  }
}
