/// Keras' Adam with its moments, of one value.
pub struct Adam {
    pub rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    pub mean: f64,
    pub variance: f64,
    pub time: i32,
    /// Steps over which the rate falls to a tenth by half a cosine; zero if it does not.
    pub falling_steps: i32,
}

impl Adam {
    pub fn new(rate: f64, beta1: f64, beta2: f64) -> Self {
        Self {
            rate,
            beta1,
            beta2,
            epsilon: 0.1,
            mean: 0.0,
            variance: 0.0,
            time: 0,
            falling_steps: 0,
        }
    }

    /// What a step adds to the value.
    pub fn turn(&mut self, gradient: f64) -> f64 {
        let (beta1, beta2) = (self.beta1, self.beta2);
        let way = f64::from(self.time) / f64::from(self.falling_steps.max(1));
        let fall = match self.falling_steps {
            0 => 1.0,
            _ => 0.1 + 0.45 * (1.0 + (std::f64::consts::PI * way.min(1.0)).cos()),
        };
        self.time += 1;
        self.mean += (1.0 - beta1) * (gradient - self.mean);
        self.variance += (1.0 - beta2) * (gradient * gradient - self.variance);
        let rate =
            fall * self.rate * (1.0 - beta2.powi(self.time)).sqrt() / (1.0 - beta1.powi(self.time));
        -rate * self.mean / (self.variance.sqrt() + self.epsilon)
    }

    /// The value after a step, clipped to [0, 1].
    pub fn step(&mut self, value: f64, gradient: f64) -> f64 {
        (value + self.turn(gradient)).clamp(0.0, 1.0)
    }
}
