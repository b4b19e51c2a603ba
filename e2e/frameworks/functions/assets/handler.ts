import page from './page.html'
import pixel from './pixel.png'

export const handler = async () => ({ page, firstBytes: [...pixel.subarray(0, 4)] })
