declare module '*.html' {
  const text: string
  export default text
}
declare module '*.png' {
  const bytes: Uint8Array
  export default bytes
}
