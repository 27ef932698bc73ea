/// Colors of tones, all of middling brightness, so that they can be seen on a dark and on a light terminal.
enum TerminalPalette {
    static let muted = RGB(0x8A8A8A)
    static let accent = RGB(0xEE3A98)
    static let bad = RGB(0xD7423A)

    /// Told apart with the common color blindnesses, in the order of use.
    static let categories: [RGB] = [
        RGB(0x3A80D6), RGB(0xDD7A10), RGB(0x22A578), RGB(0xB05CB8), RGB(0x33AFD0), RGB(0xB79A34), RGB(0x7A70E0),
        RGB(0x8C8279),
    ]

    static func color(_ tone: Tone) -> RGB {
        switch tone {
        case .category(let index): categories[Palette.categoryIndex(index)]
        case .scale(let place): inks[Palette.step(cell: place)]
        case .accent: accent
        case .bad: bad
        case .muted: muted
        }
    }

    /// For blocks with a text in them; from dark to bright (viridis, CC0).
    static func block(_ place: Double) -> RGB { blocks[Palette.step(cell: place)] }

    private static let blocks = Palette.scale(through: [
        0x440154, 0x482878, 0x3E4989, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6DCD59, 0xB4DE2C, 0xFDE725,
    ])

    /// For lines: the same hues, without the ends that only one of the two backgrounds shows.
    private static let inks = Palette.scale(through: [
        0x8B6BB8, 0x6C7FC4, 0x4A93BE, 0x2FA39B, 0x4DAA57, 0x93A52B, 0xCF9A16,
    ])
}
