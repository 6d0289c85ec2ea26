import uPlot from "uplot/dist/uPlot.js";
export default uPlot;
