"use strict";
// Draws the bill of a month by commitment. All names are set as text, never as HTML.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const styles = getComputedStyle(document.documentElement);
  const colour = (name) => styles.getPropertyValue(`--${name}`).trim();
  const names = ["accent", "ec2", "fargate", "control", "other", "warn"];
  const usd = (value, digits) => value.toLocaleString("en-US", { maximumFractionDigits: digits, minimumFractionDigits: digits });
  const axisOf = (text) => ({
    type: "linear", ticks: { color: colour("soft"), maxRotation: 0 }, grid: { color: colour("line") },
    border: { color: colour("line") }, title: { display: true, text, color: colour("soft") },
  });
  const legend = { position: "bottom", align: "start", labels: { color: colour("ink"), boxWidth: 10, boxHeight: 10, padding: 14 } };
  let chart = null;

  const curveOf = (curve, number) => ({
    label: curve.plan,
    data: curve.points.map(([x, y]) => ({ x, y })),
    borderColor: colour(names[number]), backgroundColor: colour(names[number]), borderWidth: 2,
    pointRadius: curve.points.map((_, i) => (i === curve.best ? 5 : 0)), pointHitRadius: 6,
  });

  const draw = () => {
    if (chart !== null) chart.destroy();
    // Beyond twice the largest of the best commitments all curves only rise.
    const most = 2 * Math.max(...data.curves.map((curve) => curve.points[curve.best][0]));
    const bills = data.curves.flatMap((curve) => curve.points.filter(([x]) => most === 0 || x <= most).map(([, y]) => y));
    chart = new Chart(byId("curves"), {
      type: "line",
      data: { datasets: data.curves.map(curveOf) },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false,
        scales: {
          x: { ...axisOf("commitment in USD an hour"), min: 0, ...(most > 0 ? { max: most } : {}) },
          y: { ...axisOf("USD a month"), suggestedMax: Math.max(data.usd_per_month, ...bills) },
        },
        plugins: { legend, tooltip: { callbacks: { label: (item) => ` ${item.dataset.label}: ${usd(item.parsed.x, 3)} USD an hour, ${usd(item.parsed.y, 2)} USD a month` } } },
      },
    });
  };

  if (data.curves.length === 0) return;
  byId("charts").hidden = false;
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  window.addEventListener("beforeprint", () => chart.resize());
})();
