import '../../ably/test/page-in-process.ts'

const [{ driver }, { measureLeaks }] = await Promise.all([import('./driver.ts'), import('../../ably/test/measure-leaks.ts')])

process.stdout.write(JSON.stringify(await measureLeaks(driver, Number(process.argv[2]))))
process.exit()
