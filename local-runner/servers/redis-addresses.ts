export interface RedisAddresses {
  readonly tls: boolean
  /** One server, or the seed nodes of a cluster. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
}

/** `redis://host:port`, or `redis+cluster://host:port,host:port`; `rediss` for TLS. Undefined for anything else. */
export function redisAddresses(url: string): RedisAddresses | undefined {
  const match = /^redis(s?)(?:\+cluster)?:\/\/(?:[^@/]*@)?([^@/?#]+)/.exec(url)
  const isCluster = url.includes('+cluster://')
  const hosts = match?.[2]?.split(',') ?? []
  const nodes = hosts.flatMap((host) => toNode(host) ?? [])
  if (nodes.length === 0 || nodes.length < hosts.length || (nodes.length > 1 && !isCluster)) return undefined
  return { tls: match?.[1] === 's', nodes }
}

function toNode(address: string) {
  const parsed = URL.parse(`tcp://${address}`)
  return parsed && { host: parsed.hostname, port: Number(parsed.port || 6379) }
}
