// The default theme without its web font: pages ask no other host for anything, and this one for less.
import Theme from 'vitepress/theme-without-fonts'
import './style.css'

export default Theme
