extension Palette {
    /// On white.
    static let light = Palette(
        background: RGB(0xffffff), ink: RGB(0x1c2128), quietInk: RGB(0x59636e), axis: RGB(0x8c959f),
        grid: RGB(0xe4e8ec), surface: RGB(0xf0f2f5),
        categories: [0x1b72d0, 0xc6510e, 0x088466, 0x77007e, 0x029dc3, 0xab883f, 0x4c38bc, 0x565259].map { RGB($0) },
        accent: RGB(0xee1f8b), bad: RGB(0x9c0009), muted: RGB(0x8c959f),
        scale: scale(through: [0xf3f8e4, 0xdff0c4, 0xa4e3b0, 0x52c8b4, 0x139cb6, 0x1e71ac, 0x334593, 0x2d2169]))

    /// On a dark blue-grey.
    static let dark = Palette(
        background: RGB(0x14181f), ink: RGB(0xe6eaf0), quietInk: RGB(0x9aa5b1), axis: RGB(0x6b7683),
        grid: RGB(0x272d36), surface: RGB(0x1f252e),
        categories: [0x4f87d7, 0xef8900, 0x5be49a, 0xe1aae3, 0xa6ecf6, 0xf8c737, 0x9c9afc, 0xb0a4a1].map { RGB($0) },
        accent: RGB(0xf0309f), bad: RGB(0xe0402a), muted: RGB(0x6b7683),
        scale: scale(through: [
            0x1d2335, 0x2e2e62, 0x31478e, 0x206ea6, 0x0096af, 0x2fbda7, 0x7cdd93, 0xcdee77, 0xf9f89f,
        ]))
}
