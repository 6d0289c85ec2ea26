/// One step of Keras' Adam with its moments, on one value; the new value is clipped to [0, 1].
pub struct Adam {
    pub rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub mean: f64,
    pub variance: f64,
    pub time: i32,
}

impl Adam {
    pub fn new(rate: f64, beta1: f64, beta2: f64) -> Self {
        Self {
            rate,
            beta1,
            beta2,
            mean: 0.0,
            variance: 0.0,
            time: 0,
        }
    }

    pub fn step(&mut self, value: f64, gradient: f64) -> f64 {
        let (beta1, beta2, epsilon) = (self.beta1, self.beta2, 0.1);
        self.time += 1;
        self.mean += (1.0 - beta1) * (gradient - self.mean);
        self.variance += (1.0 - beta2) * (gradient * gradient - self.variance);
        let rate = self.rate * (1.0 - beta2.powi(self.time)).sqrt() / (1.0 - beta1.powi(self.time));
        (value - rate * self.mean / (self.variance.sqrt() + epsilon)).clamp(0.0, 1.0)
    }
}
